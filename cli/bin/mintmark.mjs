#!/usr/bin/env node
import { launch } from "@mintmark/terminal/launch";

await launch(new URL("../", import.meta.url), "main");
