"""年报镜的看板：只读地打开仓库，比较单位与年度。"""

from pathlib import Path

APP = Path(__file__).with_name("app.py")

# What whoever starts the server adds to `streamlit run APP`. The rest stands in .streamlit/config.toml beside APP,
# which Streamlit reads from any working folder; these are here because a user's own config must not undo them.
SERVER_OPTIONS: tuple[str, ...] = (
    "--browser.gatherUsageStats=false",
    "--server.headless=true",
    "--logger.level=warning",  # its own greetings are in English
)
