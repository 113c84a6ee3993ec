// A keyring that never answers.
setInterval(() => {}, 1_000_000);
