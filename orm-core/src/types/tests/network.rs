//! Addresses and networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::{WireType, bytes_of, complaint, refusal, survives};
use crate::types::{Cidr, ColumnType, Inet, NetworkError};

fn inet(text: &str) -> Inet {
    text.parse().expect("an address")
}

fn cidr(text: &str) -> Cidr {
    text.parse().expect("a network")
}

// An IPv6 prefix of 32 is easily taken for a full IPv4 one.
#[test]
fn the_prefix_survives() {
    for text in [
        "10.0.0.7",
        "10.0.0.7/8",
        "0.0.0.0/0",
        "2001:db8::1/32",
        "::1",
        "::/0",
        "::ffff:1.2.3.4/96",
    ] {
        assert_eq!(inet(text).to_string(), text);
        survives(&inet(text), WireType::INET);
    }
    assert_eq!(inet("2001:db8::1/32").prefix(), 32);
    assert_eq!(inet("10.0.0.7").prefix(), 32);
    for text in [
        "10.0.0.0/8",
        "0.0.0.0/0",
        "10.0.0.7/32",
        "2001:db8::/32",
        "::/0",
        "::1/128",
    ] {
        assert_eq!(cidr(text).to_string(), text);
        survives(&cidr(text), WireType::CIDR);
    }
}

#[test]
fn an_address_alone_is_a_host() {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        survives(&address, WireType::INET);
    }
    let network = bytes_of(&inet("10.0.0.7/8").to_param(), WireType::INET).expect("an inet");
    assert_eq!(
        complaint::<IpAddr>(WireType::INET, network.as_deref()),
        "expected the address of a host, got an address within a network"
    );
}

#[test]
fn a_network_has_no_host_bits() {
    assert_eq!("10.0.0.1/8".parse::<Cidr>(), Err(NetworkError::HostBits));
    assert_eq!(
        "2001:db8::1/64".parse::<Cidr>(),
        Err(NetworkError::HostBits)
    );
    assert_eq!("::1/0".parse::<Cidr>(), Err(NetworkError::HostBits));
    assert_eq!(
        "10.0.0.1/33".parse::<Inet>(),
        Err(NetworkError::PrefixTooLong)
    );
    assert_eq!("10.0.0/8".parse::<Inet>(), Err(NetworkError::NotAnAddress));
    assert_eq!("10.0.0.0/".parse::<Inet>(), Err(NetworkError::NotAnAddress));
    assert_eq!(
        Cidr::new(IpAddr::V4(Ipv4Addr::new(10, 1, 0, 0)), 16),
        Ok(cidr("10.1.0.0/16"))
    );
}

#[test]
fn a_cidr_column_can_be_read_as_inet_but_not_the_reverse() {
    let network = bytes_of(&cidr("10.0.0.0/8").to_param(), WireType::CIDR).expect("a cidr");
    assert_eq!(
        Inet::decode(WireType::CIDR, network.as_deref()).ok(),
        Some(inet("10.0.0.0/8"))
    );
    assert_eq!(
        complaint::<Cidr>(WireType::INET, network.as_deref()),
        "expected cidr, got inet"
    );
    assert_eq!(
        refusal(&inet("::1"), WireType::TEXT),
        "a value of type inet cannot be sent as text"
    );
    assert_eq!(
        complaint::<Inet>(WireType::INET, Some(&[2, 32, 0, 4, 1])),
        "expected inet, got malformed data"
    );
    assert_eq!(
        complaint::<Inet>(WireType::INET, Some(&[2, 33, 0, 4, 1, 1, 1, 1])),
        "expected inet, got malformed data"
    );
}

#[test]
fn serde_uses_the_text() {
    let json = serde_json::to_string(&(inet("10.0.0.7/8"), cidr("10.0.0.0/8"))).expect("json");
    assert_eq!(json, r#"["10.0.0.7/8","10.0.0.0/8"]"#);
    assert_eq!(
        serde_json::from_str(&json).ok(),
        Some((inet("10.0.0.7/8"), cidr("10.0.0.0/8")))
    );
    assert!(serde_json::from_str::<Cidr>(r#""10.0.0.7/8""#).is_err());
}

proptest! {
    #[test]
    fn any_address_survives(v4: u32, v6: u128, short in 0_u8..=32, long in 0_u8..=128) {
        for (address, prefix) in [
            (IpAddr::V4(Ipv4Addr::from_bits(v4)), short),
            (IpAddr::V6(Ipv6Addr::from_bits(v6)), long),
        ] {
            let value = Inet::new(address, prefix).expect("a prefix in range");
            survives(&value, WireType::INET);
            survives(&address, WireType::INET);
            prop_assert_eq!(value.to_string().parse(), Ok(value));
        }
    }

    #[test]
    fn damaged_addresses_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..24)) {
        let _ = Inet::decode(WireType::INET, Some(&raw));
        let _ = Cidr::decode(WireType::CIDR, Some(&raw));
    }
}
