"""`python -m dashboard [Streamlit options]`: serves the pages of the county that NIANBAO_DATA names."""

import sys

from streamlit.web import cli

from dashboard import APP, SERVER_OPTIONS

if __name__ == "__main__":
    sys.argv = ["streamlit", "run", str(APP), *SERVER_OPTIONS, *sys.argv[1:]]
    cli.main()
