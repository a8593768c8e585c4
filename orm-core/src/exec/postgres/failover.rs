//! Several hosts of one database: each is given its share of the time.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::time::{Instant, timeout};
use tokio_postgres::Config;
use tokio_postgres::config::LoadBalanceHosts;

use super::url;
use crate::error::{Error, Target};

/// Why no host let us in.
#[derive(Debug)]
pub(in crate::exec) enum Unopened {
    /// The last one to answer refused.
    Refused(tokio_postgres::Error),
    /// None answered in time.
    Late,
    /// The last one to answer is a pooler that left these settings out.
    NotSet(Vec<String>),
}

impl Unopened {
    pub(in crate::exec) fn explain(self, target: &Target) -> Error {
        match self {
            Self::Refused(error) => Error::connect(error, target),
            Self::Late => Error::connect_timeout(target),
            Self::NotSet(names) => Error::not_set(&names, target),
        }
    }
}

impl From<tokio_postgres::Error> for Unopened {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Refused(error)
    }
}

/// Opens a connection to the first host that lets us in, within `limit`.
///
/// The driver would wait for a host that does not answer as long as for all.
pub(in crate::exec) async fn open_first<T, F>(
    config: &Config,
    limit: Duration,
    mut open: impl FnMut(Config) -> F,
) -> Result<T, Unopened>
where
    F: Future<Output = Result<T, Unopened>>,
{
    let deadline = crate::exec::deadline::end_of(limit);
    let hosts = hosts(config);
    let mut failure = Unopened::Late;
    for (tried, host) in (0_u32..).zip(&hosts) {
        let left = u32::try_from(hosts.len()).unwrap_or(u32::MAX) - tried;
        let share = deadline.saturating_duration_since(Instant::now()) / left.max(1);
        match timeout(share, open(host.clone())).await {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(unopened)) => failure = unopened,
            Err(_) => {}
        }
    }
    Err(failure)
}

/// A configuration for each host, in the order to try them.
fn hosts(config: &Config) -> Vec<Config> {
    let (names, numbers) = (config.get_hosts(), config.get_hostaddrs());
    let ports = config.get_ports();
    let count = names.len().max(numbers.len());
    let fits = |number: usize| number == 0 || number == count;
    // What does not fit together, the driver refuses.
    if count <= 1 || !fits(names.len()) || !fits(numbers.len()) {
        return vec![config.clone()];
    }
    let host = |i: usize| {
        let port = ports.get(i).or(ports.first()).copied().unwrap_or(5432);
        url::only_host(config, names.get(i), numbers.get(i).copied(), port)
    };
    let mut hosts: Vec<Config> = (0..count).map(host).collect();
    if config.get_load_balance_hosts() == LoadBalanceHosts::Random {
        // The standard library's only source of chance.
        let start = RandomState::new().hash_one(()) % count as u64;
        hosts.rotate_left(usize::try_from(start).unwrap_or_default());
    }
    hosts
}
