// Of two keys of a join model nobody can tell which is meant.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "hobbies", model = Hobby, through = UserHobby, one_sided)]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(table = "hobbies")]
struct Hobby {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "person", model = User, one_sided)]
#[association(belongs_to, as = "teacher", model = User, one_sided)]
#[association(belongs_to, as = "hobby", one_sided)]
struct UserHobby {
    #[column(primary_key)]
    id: i32,
    person_id: i32,
    teacher_id: i32,
    hobby_id: i32,
}

fn main() {}
