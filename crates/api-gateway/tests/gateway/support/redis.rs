//! The Redis that the runner of the tests has started.

use deadpool_redis::redis::{self, Client};
use secrecy::{ExposeSecret as _, SecretString};

/// Its address.
pub(crate) fn shared_redis() -> SecretString {
    service_runtime::settings::process_environment()
        .get("BCCB_TEST_REDIS_URL")
        .map(|url| SecretString::from(url.clone()))
        .expect("set BCCB_TEST_REDIS_URL to a Redis for tests, such as redis://127.0.0.1:6390: `redis-server --port 6390 --save ''`")
}

/// A database of it for one test alone, emptied.
pub(crate) async fn redis_of_its_own(number: u8) -> SecretString {
    let url = SecretString::from(format!("{}/{number}", shared_redis().expose_secret()));
    let () = redis::cmd("FLUSHDB")
        .query_async(&mut connection(&url).await)
        .await
        .unwrap();
    url
}

async fn connection(url: &SecretString) -> redis::aio::MultiplexedConnection {
    let client = Client::open(url.expose_secret()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// Every plain entry: keys and values.
pub(crate) async fn entries(url: &SecretString) -> Vec<(String, Vec<u8>)> {
    let mut connection = connection(url).await;
    let keys: Vec<String> = redis::cmd("KEYS")
        .arg("bccb:*:v1")
        .query_async(&mut connection)
        .await
        .unwrap();
    let mut entries = Vec::new();
    for key in keys {
        let mut commands = redis::cmd("GET");
        commands.arg(&key);
        let value = commands.query_async(&mut connection).await.unwrap();
        entries.push((key, value));
    }
    entries
}

/// Overwrites an entry.
pub(crate) async fn set(url: &SecretString, key: &str, value: &[u8]) {
    let mut commands = redis::cmd("SET");
    commands.arg(key).arg(value);
    let () = commands
        .query_async(&mut connection(url).await)
        .await
        .unwrap();
}
