// Words and turns that a reader has to read twice, with the plain word for each. It reads the prose of documents, and
// the comments and texts of code. `COVERED` grows folder by folder.
import { textsOf } from "./prose.ts";
import { file, type Rule, testRule } from "./repository.ts";

/** Where the rule holds. Add a folder when all of its texts follow the rule. */
const COVERED: readonly RegExp[] = [
  /^(?:README|ARCHITECTURE|SECURITY|CONTRIBUTING|CHANGELOG)\.md$/,
  /^docs\/.*\.md$/,
  /^(?:bench|cli|core|e2e|mcp-clients|scripts|sdk|terminal)\/.*\.(?:ts|mjs)$/,
  /^tests\/(?:repo|support)\//,
  /^server\/src\/(?:background|instance|main|serve)\.ts$/,
  /^server\/src\/(?:commands|config|csv|demo|event-loop|http|log|mail|mcp|memory|metrics|network|secrets|store|use-cases|verify|wire)\//,
  /^server\/test\//,
  /^tests\/walks\//,
  /^web\/.*\.tsx?$/,
];

/** This file names the words that it forbids. */
const SELF = "tests/repo/plain-english.test.ts";

interface Forbidden {
  readonly pattern: RegExp;
  readonly because: string;
}

const FORBIDDEN: readonly Forbidden[] = [
  {
    pattern:
      /(?:^|[.:;!?] |\n\n|\n *[-*] )(?:Whoever|Whatever|What)\b[^.?!:\n]*(?:\n(?! *[-*|\n])[^.?!:\n]*)*[.!](?:\s|$)/g,
    because: "a clause without a subject is no beginning of a sentence: name the person or the thing",
  },
  { pattern: /\bwhoever\b/gi, because: 'name the person: "the operator", "the owner", "anyone who"' },
  { pattern: /\bin vain\b/gi, because: 'say what does not happen: "without effect", "fails"' },
  { pattern: /\bof (?:its|their|his|her|our|one's) own\b/gi, because: 'write "its own …", "a separate …" or nothing' },
  { pattern: /\bof others\b/gi, because: 'name them: "other people\'s", "of other members"' },
  { pattern: /\bone's\b/gi, because: 'write "your", "their" or the person\'s role' },
  {
    pattern:
      /(?<!first-|capital |eight |random |one |case |of |those |and )\bletters?\b(?!-spacing| of\b| such\b| or digit\b|, digits?\b|s? in\b)/gi,
    because: "a message by mail is an email; letters are of the alphabet",
  },
  { pattern: /\banswer(?:s|ed|ing)\b/gi, because: "a function or an operation returns; a server responds" },
  { pattern: /\btold\b/gi, because: "people are notified, settings are set, kinds are distinguished" },
  { pattern: /\bjudg(?:e|es|ed|ing|ement|ements|ment)\b/gi, because: "a credential is evaluated" },
  { pattern: /(?<!keep-)\balive\b/gi, because: "a credential is active, a process runs" },
  {
    pattern: /\b(?:die|dies|died|dying|dead|death)\b(?! code\b)/gi,
    because: "a credential is revoked or expires, a link stops working",
  },
  { pattern: /\brest(?:s|ed|ing)\b(?! on\b)/gi, because: "a suspended credential is paused" },
  {
    pattern: /\b(?:time|token|login|link|invitation|session|key)s? (?:is|are|was|were) over\b/gi,
    because: 'write "expired", "revoked" or "ended"',
  },
  { pattern: /\bdeeds?\b/gi, because: "write action or operation" },
  { pattern: /\ball the same\b/gi, because: 'write "still" or "anyway"' },
];

const rule: Rule = {
  name: "texts are plain English",
  because: "a text that is read twice costs every reader a minute, and one that is misread costs more",
  subject: (path) => path !== SELF && COVERED.some((folder) => folder.test(path)),
  check: (files) =>
    files.flatMap(({ path, text }) =>
      textsOf(path, text).flatMap(({ line, text: prose }) =>
        FORBIDDEN.flatMap(({ pattern, because }) =>
          [...prose.matchAll(pattern)].map((match) => {
            const found = match[0].trim();
            const before = prose.slice(0, match.index + match[0].indexOf(found));
            const words = found.replace(/\s+/g, " ").slice(0, 60);
            return `${path}:${line + before.split("\n").length - 1}: "${words}": ${because}`;
          }),
        ),
      ),
    ),
  twin: {
    files: [
      file(
        "docs/errors.md",
        "# What it is\n\nWhat is sent is judged. Ask what it is.\n\n```sh\necho told\n```\n\n- Whoever asks `told` gets it in vain.\n",
      ),
      file(
        "core/src/token.ts",
        'const told = "Your token is dead.";\n/** Answers a letter by mail. Three letters of the alphabet. */\nconst dead = answered; // at its end, it rests\n',
      ),
    ],
    violations: [
      `docs/errors.md:3: "What is sent is judged.": ${FORBIDDEN[0]?.because}`,
      `docs/errors.md:9: "- Whoever asks \`…\` gets it in vain.": ${FORBIDDEN[0]?.because}`,
      'docs/errors.md:9: "Whoever": name the person: "the operator", "the owner", "anyone who"',
      'docs/errors.md:9: "in vain": say what does not happen: "without effect", "fails"',
      'docs/errors.md:3: "judged": a credential is evaluated',
      'core/src/token.ts:1: "dead": a credential is revoked or expires, a link stops working',
      'core/src/token.ts:2: "letter": a message by mail is an email; letters are of the alphabet',
      'core/src/token.ts:2: "Answers": a function or an operation returns; a server responds',
      'core/src/token.ts:3: "rests": a suspended credential is paused',
    ],
  },
};

testRule(rule);
