// A keyring whose program does not even start.
process.exit(3);
