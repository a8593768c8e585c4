# The parent of a throw-away server. It outlives the process that wanted the
# server just long enough to stop it and to remove every trace.
#
# $1 directory to make and to remove, $2 initdb, $3 postgres, then the server's
# arguments. Standard input is a pipe whose other end only that process holds:
# end-of-file means that it stopped the server or is gone, however it went.
#
# The directory is made here and not by the other side, so that there is no
# moment in which it exists and nobody is left to remove it.
dir=$1 initdb=$2 postgres=$3
shift 3
umask 077
mkdir "$dir" || exit 1
exec 3<&0 </dev/null >>"$dir/server.log" 2>&1
# The signals that end the other side must not end this one; QUIT is also what
# it sends to its own process group below. PostgreSQL sets handlers of its own.
trap '' HUP INT QUIT TERM

if "$initdb" -U postgres -A trust -E UTF8 --no-locale --no-sync -D "$dir/data"; then
    { "$postgres" -D "$dir/data" "$@"; echo "$?" >"$dir/exited"; } 3<&- &
else
    echo "$?" >"$dir/exited"
fi

read -r _ <&3
# More than once: a server that has just begun does not listen to signals yet.
while [ -d "$dir/data" ] && [ ! -e "$dir/exited" ]; do
    kill -QUIT 0
    sleep 0.02 || sleep 1
done
cd /
rm -rf "$dir"
