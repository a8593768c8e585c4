const _: () = {
    use ::orm::__ as __;
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __::JsonValue for Settings {
        type Column = __::Json<Settings>;
    }
    #[allow(dead_code, non_upper_case_globals)]
    impl Settings {
        /// The field `theme` of the document.
        pub const theme: __::JsonField<Settings, String> = __::JsonField::new("theme");
        /// The field `fontSize` of the document.
        pub const font_size: __::JsonField<Settings, Option<u8>> = __::JsonField::new(
            "fontSize",
        );
        /// The field `where` of the document.
        pub(crate) const address: __::JsonField<Settings, Address> = __::JsonField::new(
            "where",
        );
        /// The field `took` of the document.
        const took: __::JsonField<Settings, __::JsonDocument> = __::JsonField::new(
            "took",
        );
    }
};
