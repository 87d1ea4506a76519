import process from 'node:process';
import { ConfigProblems, readConfig } from './config.ts';
import { listen } from './listen.ts';

/** The production entry: no demo, nothing played by an emulator, an empty database at first. */
async function main(): Promise<void> {
  refuseDebugger();
  const server = await listen(readConfig(process.env, { demo: false }));
  process.stdout.write(`MEGDocs listens on ${server.address}\n`);
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, async () => {
      if (closing) return;
      closing = true;
      await server.close().catch(giveUp);
      process.exit(0);
    });
}

/** Whoever can attach a debugger or ask for a heap snapshot can read tokens. */
function refuseDebugger(): void {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  const unsafe = flags.find((flag) => /^"?--(inspect|debug|heapsnapshot-signal)/.test(flag));
  if (unsafe)
    throw new ConfigProblems([`Node runs with ${unsafe}: through it tokens could be read. Start without it.`]);
}

function giveUp(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(giveUp);
