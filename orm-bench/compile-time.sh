#!/bin/sh
# How long generated projects take to compile: models with 6 columns, 2
# associations and 3 queries each, written for everyone as in `compile-time/`.
# Dependencies are built before the clock of the application crate starts.
#
#     orm-bench/compile-time.sh [--csv FILE] [--who NAME]... [MODELS]...
#
# By default everyone, with 10, 50 and 200 models. Diesel needs libpq. Memory is that of the largest
# rustc of the build, as `/usr/bin/time` says.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
work=${WORK:-$(mktemp -d)}
export CARGO_TARGET_DIR="$work/target"

csv=/dev/stdout
everyone=
counts=
while [ $# -gt 0 ]; do
    case $1 in
        --csv) csv=$(cd "$(dirname "$2")" && pwd)/$(basename "$2"); shift ;;
        --who) everyone="$everyone $2"; shift ;;
        *) counts="$counts $1" ;;
    esac
    shift
done
: "${everyone:=plain orm sqlx diesel diesel-async seaorm toasty}" "${counts:=10 50 200}"

# Model i has many of model i+1 and belongs to model i-1, in a circle. The
# program calls everything, so that nothing is left out of the build.
generate() { # who models
    rm -rf "$work/$1/src" && mkdir -p "$work/$1/src"
    {
        printf '[package]\nname = "compile-%s"\nversion = "0.1.0"\nedition = "2024"\n' "$1"
        printf '[workspace]\n[profile.dev]\ndebug = "line-tables-only"\n[dependencies]\n'
        printf 'tokio = { version = "1", features = ["rt-multi-thread", "macros"] }\n'
        printf 'chrono = { version = "0.4", default-features = false, features = ["std", "clock"] }\n'
        sed "s|{root}|$root|" "$here/compile-time/$1/dependencies.toml"
    } > "$work/$1/Cargo.toml"
    case $1 in orm | plain) cp "$root/Cargo.lock" "$work/$1/Cargo.lock" ;; esac
    i=0
    while [ $i -lt "$2" ]; do
        sed "s/{i}/$i/g; s/{p}/$(((i + $2 - 1) % $2))/g; s/{n}/$(((i + 1) % $2))/g" \
            "$here/compile-time/$1/model.rs" > "$work/$1/src/m$i.rs"
        echo "mod m$i;" >> "$work/$1/mods"
        case $1 in
            diesel) echo "    n += m$i::all(db)?;" ;;
            *) echo "    n += Box::pin(m$i::all(db)).await?;" ;;
        esac >> "$work/$1/calls"
        i=$((i + 1))
    done
    sed -e "/{mods}/{r $work/$1/mods
        d
    }" -e "/{calls}/{r $work/$1/calls
        d
    }" "$here/compile-time/$1/main.rs" > "$work/$1/src/main.rs"
    rm "$work/$1/mods" "$work/$1/calls"
}

now() { date +%s%N; }

# The quickest of two, in milliseconds: other work on the machine only adds. Of
# 200 models, which take minutes, the only one.
quickest() { # command before each, then the measured one
    best=
    for _ in $rounds; do
        sh -c "$1"
        started=$(now)
        sh -c "$2" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
        took=$((($(now) - started) / 1000000))
        if [ -z "$best" ] || [ $took -lt "$best" ]; then best=$took; fi
    done
    echo "$best"
}

echo 'models,who,check_ms,build_ms,touch_check_ms,touch_build_ms,rustc_kb,crates,dependencies_ms' > "$csv"
for who in $everyone; do
    dependencies=
    for count in $counts; do
        rounds='1 2'
        [ "$count" -lt 200 ] || rounds=1
        generate "$who" "$count"
        cd "$work/$who"
        if [ -z "$dependencies" ]; then
            # Another's dependencies are none of its own.
            rm -rf "$CARGO_TARGET_DIR"
            cargo fetch -q
            crates=$(cargo tree -e normal,build --prefix none --no-dedupe | cut -d' ' -f1,2 | sort -u | wc -l)
            echo 'fn main() {}' > src/main.rs
            started=$(now)
            cargo build -q 2> "$work/log" || { cat "$work/log"; exit 1; }
            dependencies=$((($(now) - started) / 1000000))
            generate "$who" "$count"
        fi
        cargo build -q 2> "$work/log" || { cat "$work/log"; exit 1; }
        cargo check -q 2> /dev/null
        clean="cargo clean -q -p compile-$who"
        check=$(quickest "$clean" "cargo check")
        build=$(quickest "$clean; cargo check -q 2> /dev/null" "cargo build")
        sh -c "$clean"
        memory=$(/usr/bin/time -f %M cargo build -q 2>&1 > /dev/null | tail -1)
        cargo check -q 2> /dev/null
        edit="echo '// edited' >> src/m0.rs"
        touch_check=$(quickest "$edit" "cargo check")
        touch_build=$(quickest "$edit" "cargo build")
        echo "$count,$who,$check,$build,$touch_check,$touch_build,$memory,$crates,$dependencies" >> "$csv"
    done
done
