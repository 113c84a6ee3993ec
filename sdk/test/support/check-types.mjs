// Prints what are-the-types-wrong finds in a tarball, as JSON. It runs in a process without the condition `development`,
// under which that package resolves to its sources.
import { readFileSync } from "node:fs";
import process from "node:process";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";

const tarball = new Uint8Array(readFileSync(process.argv[2] ?? ""));
const { types, problems = [] } = await checkPackage(createPackageFromTarballData(tarball));
process.stdout.write(JSON.stringify({ hasTypes: types !== false, problems }));
