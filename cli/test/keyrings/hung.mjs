// A keyring that does not answer for a minute, which is for ever.
setTimeout(() => {}, 60_000);
