#[derive(Clone, Serialize, Deserialize, JsonFields)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub theme: String,
    pub font_size: Option<u8>,
    #[serde(rename = "where")]
    pub(crate) address: Address,
    #[serde(skip)]
    cached: bool,
    #[serde(with = "seconds")]
    took: Duration,
}
