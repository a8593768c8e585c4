//! `inet` and `cidr`: addresses and networks.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use super::param::Bind;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    wire,
};
use crate::schema::SqlType;

/// A host address with the length of its network: `192.168.0.7/24`.
///
/// Where the network does not matter, a column can be a plain [`IpAddr`].
///
/// ```
/// use orm_core::types::Inet;
///
/// let inet: Inet = "192.168.0.7/24".parse()?;
/// assert_eq!((inet.prefix(), inet.to_string()), (24, "192.168.0.7/24".to_owned()));
/// # Ok::<(), orm_core::types::NetworkError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Inet {
    address: IpAddr,
    prefix: u8,
}

/// A network, without bits to the right of its length: `192.168.0.0/24`.
///
/// ```
/// use orm_core::types::Cidr;
///
/// assert!("10.0.0.0/8".parse::<Cidr>().is_ok());
/// assert!("10.0.0.1/8".parse::<Cidr>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cidr(Inet);

/// Why an address or network cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetworkError {
    /// The text is no address.
    NotAnAddress,
    /// The network's length is more than the address has bits.
    PrefixTooLong,
    /// The network has bits to the right of its length.
    HostBits,
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NetworkError::NotAnAddress => "not an address such as `10.0.0.1` or `2001:db8::/32`",
            NetworkError::PrefixTooLong => "the length of the network exceeds the address",
            NetworkError::HostBits => "the network has bits to the right of its length",
        })
    }
}

impl std::error::Error for NetworkError {}

/// The number of bits of an address.
const fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl Inet {
    /// An address in a network of `prefix` bits.
    ///
    /// # Errors
    /// When `prefix` exceeds the 32 or 128 bits of the address.
    pub const fn new(address: IpAddr, prefix: u8) -> Result<Self, NetworkError> {
        if prefix > bits(address) {
            return Err(NetworkError::PrefixTooLong);
        }
        Ok(Inet { address, prefix })
    }

    /// The address.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// The length of the network in bits.
    pub const fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Whether this is a single host: the network is as long as the address.
    pub const fn is_host(&self) -> bool {
        self.prefix == bits(self.address)
    }

    fn has_host_bits(&self) -> bool {
        let (value, width) = match self.address {
            IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        // Shifting by all 128 bits would overflow: then every bit is a host bit.
        let host_bits = width - u32::from(self.prefix);
        value
            & 1_u128
                .checked_shl(host_bits)
                .map_or(u128::MAX, |bit| bit - 1)
            != 0
    }
}

impl Cidr {
    /// A network.
    ///
    /// # Errors
    /// When `prefix` exceeds the bits of the address, or bits to its right are set.
    pub fn new(address: IpAddr, prefix: u8) -> Result<Self, NetworkError> {
        Cidr::try_from(Inet::new(address, prefix)?)
    }

    /// The first address of the network.
    pub const fn address(&self) -> IpAddr {
        self.0.address
    }

    /// The length of the network in bits.
    pub const fn prefix(&self) -> u8 {
        self.0.prefix
    }
}

impl From<IpAddr> for Inet {
    fn from(address: IpAddr) -> Self {
        Inet {
            address,
            prefix: bits(address),
        }
    }
}

impl From<Cidr> for Inet {
    fn from(network: Cidr) -> Self {
        network.0
    }
}

impl TryFrom<Inet> for Cidr {
    type Error = NetworkError;

    fn try_from(inet: Inet) -> Result<Self, NetworkError> {
        if inet.has_host_bits() {
            Err(NetworkError::HostBits)
        } else {
            Ok(Cidr(inet))
        }
    }
}

/// `10.0.0.7/8`; a single host without the length, as the server prints it.
impl fmt::Display for Inet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_host() {
            return self.address.fmt(f);
        }
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// `10.0.0.0/8`, always with the length.
impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address(), self.prefix())
    }
}

impl FromStr for Inet {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let parsed = |address: &str| address.parse().map_err(|_| NetworkError::NotAnAddress);
        match text.split_once('/') {
            None => parsed(text).map(|address: IpAddr| Inet::from(address)),
            Some((address, prefix)) => {
                let prefix = prefix.parse().map_err(|_| NetworkError::NotAnAddress)?;
                Inet::new(parsed(address)?, prefix)
            }
        }
    }
}

impl FromStr for Cidr {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        Cidr::try_from(text.parse::<Inet>()?)
    }
}

macro_rules! network_columns {
    ($($rust:ty: $name:literal, $sql_type:ident, $to_inet:expr, $from_inet:expr;)*) => {$(
        impl ColumnType for $rust {
            type Base = Self;
            type Family = family::Network;

            const SQL_TYPE: SqlType = SqlType::$sql_type;

            fn to_param(&self) -> Param {
                Param::other(*self)
            }

            fn from_param(param: &Param) -> Option<Self> {
                param.downcast().copied()
            }

            fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
                encode($to_inet(*self), $name, sql_type, out)
            }

            fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
                decode($name, sql_type, raw).and_then($from_inet)
            }
        }

        impl ArrayElement for $rust {}

        impl Bind for $rust {
            fn type_name(&self) -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
                ColumnType::encode(self, sql_type, out)
            }

            fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
                out.push_str(&self.to_string());
                Ok(())
            }
        }
    )*};
}

network_columns! {
    IpAddr: "inet", Inet, Inet::from, host;
    Inet: "inet", Inet, |inet: Inet| inet, Ok;
    Cidr: "cidr", Cidr, Inet::from, network;
}

fn host(inet: Inet) -> Result<IpAddr, DecodeFault> {
    if inet.is_host() {
        Ok(inet.address)
    } else {
        Err(DecodeFault::new(
            "the address of a host",
            "an address within a network",
        ))
    }
}

fn network(inet: Inet) -> Result<Cidr, DecodeFault> {
    Cidr::try_from(inet).map_err(|_| DecodeFault::malformed("cidr"))
}

/// Address families, as the server numbers them.
const FAMILY_V4: u8 = 2;
const FAMILY_V6: u8 = 3;

fn encode(inet: Inet, name: &'static str, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    let is_cidr = sql_type == WireType::CIDR;
    if !is_cidr && sql_type != WireType::INET {
        return Err(EncodeFault::wrong_type(name, sql_type).into());
    }
    out.put_u8(if inet.address.is_ipv4() {
        FAMILY_V4
    } else {
        FAMILY_V6
    });
    out.put_u8(inet.prefix);
    out.put_u8(is_cidr.into());
    match inet.address {
        IpAddr::V4(address) => put_octets(&address.octets(), out),
        IpAddr::V6(address) => put_octets(&address.octets(), out),
    }
    Ok(IsNull::No)
}

fn put_octets<const N: usize>(octets: &[u8; N], out: &mut BytesMut) {
    out.put_u8(N as u8);
    out.put_slice(octets);
}

/// An `inet`; a `cidr` is one too, but not the other way round.
fn decode(
    name: &'static str,
    sql_type: WireType<'_>,
    raw: Option<&[u8]>,
) -> Result<Inet, DecodeFault> {
    let fits = sql_type == WireType::CIDR || (sql_type == WireType::INET && name == "inet");
    let raw = wire::value_of(name, fits, sql_type, raw)?;
    read(raw).ok_or_else(|| DecodeFault::malformed(name))
}

fn read(raw: &[u8]) -> Option<Inet> {
    let [family, prefix, _is_cidr, _length, octets @ ..] = raw else {
        return None;
    };
    let address = match *family {
        FAMILY_V4 => IpAddr::from(Ipv4Addr::from(<[u8; 4]>::try_from(octets).ok()?)),
        FAMILY_V6 => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(octets).ok()?)),
        _ => return None,
    };
    Inet::new(address, *prefix).ok()
}

impl From<Inet> for String {
    fn from(inet: Inet) -> String {
        inet.to_string()
    }
}

impl From<Cidr> for String {
    fn from(network: Cidr) -> String {
        network.to_string()
    }
}

impl TryFrom<String> for Inet {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}

impl TryFrom<String> for Cidr {
    type Error = NetworkError;

    fn try_from(text: String) -> Result<Self, NetworkError> {
        text.parse()
    }
}
