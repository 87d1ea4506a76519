#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigError, type EmulatorConfig } from './config.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';

const USAGE = `Usage: microsoft365-emulator [--port 4365] [--content-port PORT+1|same] [--host 127.0.0.1] [--config FILE.json] [--data DIR]

Plays the Microsoft identity platform and Microsoft Graph's drives and files on this machine.
Port 0 takes a free one. Without --config there is one demo tenant; without --data nothing outlives the process.
`;

/** A start that can't be; the message says what to do about it. */
class CannotStart extends Error {}

/** The command `microsoft365-emulator`. */
async function runCommand(args: string[]): Promise<void> {
  try {
    const options = readOptions(args);
    if (options === 'help') {
      process.stdout.write(USAGE);
      return;
    }
    const emulator = await start(options);
    process.stdout.write(`microsoft365-emulator listening on ${emulator.url}\n`);
    process.stdout.write(`Content origin: ${emulator.contentUrl}\n`);
    endOnSignals(emulator);
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    process.stderr.write(`microsoft365-emulator: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function readOptions(args: string[]): EmulatorOptions | 'help' {
  const { values } = parse(args);
  if (values.help) return 'help';
  const content = values['content-port'];
  return {
    ...(values.port === undefined ? {} : { port: readPort('--port', values.port) }),
    ...(content === undefined
      ? {}
      : { contentPort: content === 'same' ? 'same' : readPort('--content-port', content) }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.config === undefined ? {} : { config: readConfig(values.config) }),
    ...(values.data === undefined ? {} : { dataDir: values.data }),
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { port: text, 'content-port': text, host: text, config: text, data: text } as const;
  try {
    return parseArgs({ args, options: { ...options, help: { type: 'boolean', short: 'h' } } });
  } catch (error) {
    throw new CannotStart(`${(error as Error).message}\n${USAGE}`);
  }
}

function readPort(option: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CannotStart(`${option} needs a number from 0 to 65535, not '${text}'.`);
}

function readConfig(path: string): EmulatorConfig {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as EmulatorConfig;
  } catch (error) {
    throw new CannotStart(`The config file ${path} can't be read: ${(error as Error).message}`);
  }
}

async function start(options: EmulatorOptions): Promise<Emulator> {
  try {
    return await startEmulator(options);
  } catch (error) {
    const { code, port, path } = error as NodeJS.ErrnoException & { port?: number };
    if (code === 'EADDRINUSE')
      throw new CannotStart(`Port ${port} is taken; choose another with --port, or end what listens there.`);
    if (code === 'EACCES' || code === 'EROFS' || code === 'ENOTDIR') {
      throw new CannotStart(
        `${path ?? `Port ${port}`} can't be used (${code}); choose another --data folder or --port.`,
      );
    }
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new CannotStart(`This machine can't listen on --host ${options.host}.`);
    if (error instanceof ConfigError) throw new CannotStart(error.message);
    throw error;
  }
}

/** A second signal ends at once, for whoever does not want to wait. */
function endOnSignals(emulator: Emulator): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      emulator.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`microsoft365-emulator: ${String(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

await runCommand(process.argv.slice(2));
