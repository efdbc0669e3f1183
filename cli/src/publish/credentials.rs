//! The access key of a bucket: from the environment, else from the file that the AWS tools use.

use std::env;
use std::fs;
use std::path::PathBuf;

use rusty_s3::Credentials;

use crate::failure::{Exit, Failure, OrFail};

/// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the profile `AWS_PROFILE` (`default` if it is not set)
/// of `AWS_SHARED_CREDENTIALS_FILE` (`~/.aws/credentials` if it is not set).
pub(super) fn find() -> Result<Credentials, Failure> {
    if let Some(credentials) = Credentials::from_env() {
        return Ok(credentials);
    }
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".aws/credentials"));
    let file = env::var_os("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from).or_else(home);
    let Some(file) = file.filter(|file| file.exists()) else {
        let words = "there is no access key for the bucket: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or \
                     write ~/.aws/credentials";
        return Err(Failure::new(Exit::Key, words));
    };
    let text = fs::read_to_string(&file).or_fail(Exit::Key, || format!("cannot read {}", file.display()))?;
    let profile = env::var("AWS_PROFILE").unwrap_or_else(|_| "default".to_owned());
    of_profile(&text, &profile).ok_or_else(|| {
        Failure::new(Exit::Key, format!("{} has no access key of the profile {profile}", file.display()))
    })
}

fn of_profile(text: &str, profile: &str) -> Option<Credentials> {
    let lines = text.lines().map(str::trim);
    let section = lines.skip_while(|line| *line != format!("[{profile}]")).skip(1);
    let section: Vec<&str> = section.take_while(|line| !line.starts_with('[')).collect();
    let value = |name: &str| {
        let pair = section.iter().filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == name);
        pair.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let (key, secret) = (value("aws_access_key_id")?, value("aws_secret_access_key")?);
    Some(match value("aws_session_token") {
        Some(token) => Credentials::new_with_token(key, secret, token),
        None => Credentials::new(key, secret),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_asked_for_is_read_and_no_other() {
        let text = "[default]\naws_access_key_id = A\naws_secret_access_key = B\n\n\
                    [other]\naws_access_key_id=C\naws_secret_access_key=D=\naws_session_token = T\n";
        assert_eq!(of_profile(text, "default").unwrap().key(), "A");
        let other = of_profile(text, "other").unwrap();
        assert_eq!((other.key(), other.secret(), other.token()), ("C", "D=", Some("T")));
        assert!(of_profile(text, "none").is_none());
        assert!(of_profile("[default]\naws_access_key_id = A\n", "default").is_none());
    }
}
