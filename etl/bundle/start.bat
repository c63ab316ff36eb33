@echo off
rem ASCII only: cmd.exe reads this file in the console's own code page. start.py speaks Chinese.
setlocal
set "PYTHONUTF8=1"
py -@PYTHON@ -c "" >nul 2>nul
if not errorlevel 1 (
    py -@PYTHON@ "%~dp0start.py" %*
    goto done
)
python -c "import sys; sys.exit('%%d.%%d' %% sys.version_info[:2] != '@PYTHON@')" >nul 2>nul
if not errorlevel 1 (
    python "%~dp0start.py" %*
    goto done
)
echo Python @PYTHON@ not found. See README.txt.
start "" notepad "%~dp0README.txt"
pause
exit /b 3
:done
set "code=%errorlevel%"
if not "%code%"=="0" pause
exit /b %code%
