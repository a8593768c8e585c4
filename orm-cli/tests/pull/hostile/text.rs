//! The table `texts`.
use orm::prelude::*;
/// */ } "# #!\[feature(x)\] \<script>alert(1)\</script>
/// \`\`\`
/// std::process::exit(1);
/// \`\`\`
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "texts",
    comment = "*/ } \"# #![feature(x)] <script>alert(1)</script>\n```\nstd::process::exit(1);\n```"
)]
pub struct Text {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// std::process::exit(1);
    ///
    /// "#; } */  \[x\](javascript:y)
    #[column(
        default_sql = "'*/ } \"# ${x} `y` \\\\ #![feature(x)]'::text",
        comment = "    std::process::exit(1);\n\n\"#; } */ \u{202e} [x](javascript:y)\r\t"
    )]
    pub a: String,
    /// The column `b`.
    #[column(check = "b <> '\"#; } */ fn main() {}'::text")]
    pub b: Option<String>,
    /// The column `c`.
    #[column(default_sql = "'new\nline\t\\'::text")]
    pub c: Option<String>,
    /// The column `d`.
    #[column(generated = "'\"#; } */'::text || a")]
    pub d: Option<String>,
}
