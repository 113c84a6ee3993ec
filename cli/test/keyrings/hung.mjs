// A keyring that does not respond for a minute, longer than any command waits.
setTimeout(() => {}, 60_000);
