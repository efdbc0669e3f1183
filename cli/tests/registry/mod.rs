//! A registry with one key, for tests that publish.

use crate::world::World;

/// Writes keys.json, which lists the key `name` for an issuer acme.
pub(crate) fn register(world: &World, name: &str) {
    let entry = String::from_utf8(world.run(&format!("key export-public {name}")).stdout).unwrap();
    let registry = format!(
        r#"{{"version": 1, "issuers": [{{"id": "acme", "name": "Acme", "keys": [{entry}],
            "prefixes": [{{"agency": "GS1", "prefix": "9501234"}}]}}]}}"#
    );
    std::fs::write(world.path("keys.json"), registry).unwrap();
}
