// The server under test: the instance as it is in production, configured by its environment.
import { loadConfig } from "../../server/src/config/config.ts";
import { createInstance } from "../../server/src/instance.ts";
import { reportToParent } from "./child.ts";

const instance = await createInstance(loadConfig());
reportToParent(await instance.listen());
