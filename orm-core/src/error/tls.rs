//! Why a connection could not be encrypted as configured.

use std::error::Error as StdError;

/// What was wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// The server does not encrypt.
    NotOffered,
    /// No trusted authority signed the certificate.
    #[cfg(feature = "tls")]
    UnknownAuthority,
    /// The certificate is for another host.
    #[cfg(feature = "tls")]
    WrongName,
    /// The certificate is not valid now.
    #[cfg(feature = "tls")]
    Expired,
    /// The certificate is one of an authority, and such a one is no server's.
    #[cfg(feature = "tls")]
    Authority,
    /// Sockets are not encrypted.
    Socket,
    /// Something else.
    Other,
}

impl Flaw {
    pub(super) fn of(cause: Option<&(dyn StdError + Send + Sync + 'static)>) -> Self {
        let Some(cause) = cause else {
            return Self::Other;
        };
        // The driver keeps its kinds to itself; their texts are all there is.
        match &*cause.to_string() {
            "server does not support TLS" => Self::NotOffered,
            "no hostname provided for TLS handshake" => Self::Socket,
            _ => Self::of_certificate(cause),
        }
    }

    #[cfg(feature = "tls")]
    fn of_certificate(cause: &(dyn StdError + Send + Sync + 'static)) -> Self {
        use rustls::{CertificateError as Reason, Error as TlsError};

        let io = cause.downcast_ref::<std::io::Error>();
        let inner = io.and_then(std::io::Error::get_ref);
        match inner.and_then(|it| it.downcast_ref::<TlsError>()) {
            Some(TlsError::InvalidCertificate(reason)) => match reason {
                Reason::UnknownIssuer => Self::UnknownAuthority,
                Reason::NotValidForName | Reason::NotValidForNameContext { .. } => Self::WrongName,
                Reason::Expired
                | Reason::ExpiredContext { .. }
                | Reason::NotValidYet
                | Reason::NotValidYetContext { .. } => Self::Expired,
                // The kinds of what looks into certificates are told by its texts only.
                Reason::Other(it) if it.to_string() == "CaUsedAsEndEntity" => Self::Authority,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }

    #[cfg(not(feature = "tls"))]
    fn of_certificate(_: &(dyn StdError + Send + Sync + 'static)) -> Self {
        Self::Other
    }

    /// What is wrong, and what to do.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::NotOffered => {
                "the server offers no TLS: switch on its `ssl`; only where nobody can be in between, \
                 as on one machine, connect with `sslmode=disable`"
            }
            #[cfg(feature = "tls")]
            Self::UnknownAuthority => {
                "no authority trusted here signed the server's certificate: name the PEM file of \
                 the one that did with `sslrootcert`"
            }
            #[cfg(feature = "tls")]
            Self::WrongName => {
                "the server's certificate is for another host: connect by a name that it holds"
            }
            #[cfg(feature = "tls")]
            Self::Expired => "the server's certificate is not valid at this time",
            #[cfg(feature = "tls")]
            Self::Authority => {
                "the server shows the certificate of an authority (`CA:TRUE`), such as one that \
                 `openssl req -x509` signed with its own key, and none is taken for a server's: let \
                 an authority of your own issue one for the server, and name the authority's PEM \
                 file with `sslrootcert`; one that signed itself is taken too if it says `CA:FALSE`"
            }
            Self::Socket => "sockets are not encrypted: connect by TCP, or with `sslmode=disable`",
            Self::Other => "do the server's certificate, `sslmode` and `sslrootcert` fit together?",
        }
    }
}
