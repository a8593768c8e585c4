# The Windows counterpart of watch.sh: it makes the cluster, waits for the end of
# its standard input, stops the server and removes the directory. Its arguments
# come as environment variables, because they need no quoting there.
#
# The server is started by pg_ctl, which gives up administrator's rights first:
# postgres refuses them. Start-Process without -Wait, because -Wait waits for
# the server, too.
$dir = $env:ORM_TESTKIT_DIRECTORY
$data = Join-Path $dir 'data'
$pgCtl = Join-Path $env:ORM_TESTKIT_BINARIES 'pg_ctl.exe'
$initdb = Join-Path $env:ORM_TESTKIT_BINARIES 'initdb.exe'

function Invoke-Tool($program, $arguments) {
    $tool = Start-Process -FilePath $program -ArgumentList $arguments -WindowStyle Hidden -PassThru
    $null = $tool.Handle
    $tool.WaitForExit()
    return $tool.ExitCode
}

New-Item -ItemType Directory -Path $dir -ErrorAction Stop | Out-Null
$code = Invoke-Tool $initdb "-U postgres -A trust -E UTF8 --no-locale --no-sync -D `"$data`""
if ($code -eq 0) {
    Add-Content -Path (Join-Path $data 'postgresql.conf') -Value $env:ORM_TESTKIT_SETTINGS
    $code = Invoke-Tool $pgCtl "start -w -D `"$data`" -l `"$dir\server.log`""
}
if ($code -ne 0) {
    Set-Content -Path (Join-Path $dir 'exited') -Value $code
}

$null = [Console]::In.ReadToEnd()
$null = Invoke-Tool $pgCtl "stop -w -m immediate -D `"$data`""
for ($i = 0; (Test-Path $dir) -and $i -lt 100; $i++) {
    Remove-Item -Recurse -Force -Path $dir -ErrorAction SilentlyContinue
    Start-Sleep -Milliseconds 50
}
