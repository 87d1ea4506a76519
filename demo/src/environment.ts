import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEMO_CLIENT_ID } from '@megdocs/fixtures';

export interface EmulatorWish {
  port: number;
  url: string;
  clientSecret: string;
}

export interface DemoEnvironment {
  variables: NodeJS.ProcessEnv;
  /** Undefined: real Microsoft credentials are in the environment. */
  emulator: EmulatorWish | undefined;
}

interface DemoSecrets {
  tokenKeys: string;
  clientSecret: string;
}

const DEFAULT_EMULATOR_PORT = 4365;

/** What the environment leaves open, filled for the demo. What it says, counts. */
export function demoEnvironment(given: NodeJS.ProcessEnv): DemoEnvironment {
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const dataDir = resolve(set.DATA_DIR ?? 'data');
  const secrets = demoSecrets(dataDir);
  const variables: NodeJS.ProcessEnv = { LOG_LEVEL: 'warn', TOKEN_KEYS: secrets.tokenKeys, ...set };
  if (set.MICROSOFT_CLIENT_ID) return { variables, emulator: undefined };
  const port = emulatorPort(set.EMULATOR_PORT);
  const url = `http://localhost:${port}`;
  return {
    variables: {
      ...variables,
      MICROSOFT_CLIENT_ID: DEMO_CLIENT_ID,
      MICROSOFT_CLIENT_SECRET: secrets.clientSecret,
      MICROSOFT_LOGIN_URL: url,
      MICROSOFT_GRAPH_URL: url,
      MICROSOFT_FILE_HOSTS: `localhost:${port},localhost:${port + 1}`,
    },
    emulator: { port, url, clientSecret: secrets.clientSecret },
  };
}

function emulatorPort(text: string | undefined): number {
  const port = Number(text ?? DEFAULT_EMULATOR_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_534)
    throw new Error(
      `EMULATOR_PORT is ${JSON.stringify(text)}: it must be a port from 1 to 65534; the next one is used too.`,
    );
  return port;
}

/** Made at the first start, kept beside the data: nobody else's demo has the same. */
function demoSecrets(dataDir: string): DemoSecrets {
  const file = join(dataDir, 'demo-secrets.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
  } catch {
    const secrets = {
      tokenKeys: `demo:${randomBytes(32).toString('base64')}`,
      clientSecret: randomBytes(24).toString('base64url'),
    };
    try {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    } catch (cause) {
      throw new Error(
        `The data folder ${dataDir} can't be written to. Choose another with DATA_DIR, or give this user the right to it.`,
        { cause },
      );
    }
    return secrets;
  }
}
