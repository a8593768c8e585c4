//! A program with many models that all hang together compiles.

use orm::prelude::*;

/// Each model, the one that belongs to it, and the one it belongs to.
macro_rules! circle {
    ($($model:ident $next:ident $previous:ident;)*) => {
        $(
            #[derive(Model, Debug, Clone)]
            #[association(belongs_to, as = "previous", model = $previous, foreign_key = "previous_id")]
            #[association(has_many, as = "nexts", model = $next, foreign_key = "previous_id")]
            struct $model {
                #[column(primary_key)]
                id: i32,
                previous_id: i32,
            }
        )*

        fn models() -> orm::ddl::Models {
            orm::models![$($model),*]
        }
    };
}

// More than 128: that deep rustc follows one generic function into itself.
circle! {
    M0 M1 M139; M1 M2 M0; M2 M3 M1; M3 M4 M2; M4 M5 M3;
    M5 M6 M4; M6 M7 M5; M7 M8 M6; M8 M9 M7; M9 M10 M8;
    M10 M11 M9; M11 M12 M10; M12 M13 M11; M13 M14 M12; M14 M15 M13;
    M15 M16 M14; M16 M17 M15; M17 M18 M16; M18 M19 M17; M19 M20 M18;
    M20 M21 M19; M21 M22 M20; M22 M23 M21; M23 M24 M22; M24 M25 M23;
    M25 M26 M24; M26 M27 M25; M27 M28 M26; M28 M29 M27; M29 M30 M28;
    M30 M31 M29; M31 M32 M30; M32 M33 M31; M33 M34 M32; M34 M35 M33;
    M35 M36 M34; M36 M37 M35; M37 M38 M36; M38 M39 M37; M39 M40 M38;
    M40 M41 M39; M41 M42 M40; M42 M43 M41; M43 M44 M42; M44 M45 M43;
    M45 M46 M44; M46 M47 M45; M47 M48 M46; M48 M49 M47; M49 M50 M48;
    M50 M51 M49; M51 M52 M50; M52 M53 M51; M53 M54 M52; M54 M55 M53;
    M55 M56 M54; M56 M57 M55; M57 M58 M56; M58 M59 M57; M59 M60 M58;
    M60 M61 M59; M61 M62 M60; M62 M63 M61; M63 M64 M62; M64 M65 M63;
    M65 M66 M64; M66 M67 M65; M67 M68 M66; M68 M69 M67; M69 M70 M68;
    M70 M71 M69; M71 M72 M70; M72 M73 M71; M73 M74 M72; M74 M75 M73;
    M75 M76 M74; M76 M77 M75; M77 M78 M76; M78 M79 M77; M79 M80 M78;
    M80 M81 M79; M81 M82 M80; M82 M83 M81; M83 M84 M82; M84 M85 M83;
    M85 M86 M84; M86 M87 M85; M87 M88 M86; M88 M89 M87; M89 M90 M88;
    M90 M91 M89; M91 M92 M90; M92 M93 M91; M93 M94 M92; M94 M95 M93;
    M95 M96 M94; M96 M97 M95; M97 M98 M96; M98 M99 M97; M99 M100 M98;
    M100 M101 M99; M101 M102 M100; M102 M103 M101; M103 M104 M102; M104 M105 M103;
    M105 M106 M104; M106 M107 M105; M107 M108 M106; M108 M109 M107; M109 M110 M108;
    M110 M111 M109; M111 M112 M110; M112 M113 M111; M113 M114 M112; M114 M115 M113;
    M115 M116 M114; M116 M117 M115; M117 M118 M116; M118 M119 M117; M119 M120 M118;
    M120 M121 M119; M121 M122 M120; M122 M123 M121; M123 M124 M122; M124 M125 M123;
    M125 M126 M124; M126 M127 M125; M127 M128 M126; M128 M129 M127; M129 M130 M128;
    M130 M131 M129; M131 M132 M130; M132 M133 M131; M133 M134 M132; M134 M135 M133;
    M135 M136 M134; M136 M137 M135; M137 M138 M136; M138 M139 M137; M139 M0 M138;
}

#[test]
fn models_in_a_circle_of_any_length_are_models() {
    assert_eq!(models().tables().len(), 140);
    let sql = M139::query().include(M139::nexts).to_sql();
    assert!(sql.contains(r#"FROM "m0s""#), "{sql}");
}
