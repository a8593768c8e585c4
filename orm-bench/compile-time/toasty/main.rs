#![recursion_limit = "1024"] // the models are a circle, and each holds the next

{mods}

pub async fn all(db: &mut toasty::Db) -> toasty::Result<usize> {
    let mut n = 0;
{calls}
    Ok(n)
}

#[tokio::main]
async fn main() {
    let mut db = toasty::Db::builder()
        .models(toasty::models!(crate::*))
        .connect("postgresql://localhost")
        .await
        .unwrap();
    println!("{}", all(&mut db).await.unwrap());
}
