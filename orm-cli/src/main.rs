//! The `orm` command, on the migrations of a folder.

use std::process::ExitCode;

fn main() -> ExitCode {
    orm_cli::run_on_folder(std::env::args_os())
}
