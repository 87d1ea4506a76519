import { people } from '@megdocs/fixtures';
import { type App, type Config, type Database, listen, readConfig } from '@megdocs/server';
import { demoEnvironment } from './environment.ts';
import { playMicrosoft365 } from './microsoft.ts';
import { seedDemo } from './seed.ts';

/** Everything on one machine: an embedded database, the demo's people and documents, Microsoft 365 played by the emulator. */
async function main(): Promise<void> {
  const environment = demoEnvironment(process.env);
  const config = readConfig(environment.variables, { demo: true });
  const { emulator: wish } = environment;
  let emulator: { close(): Promise<void> } | undefined;
  say('Starting MEGDocs…');
  const server = await listen(config, {
    beforeListening: async (app: App, database: Database) => {
      await seedDemo(app, database);
      if (wish) emulator = await playMicrosoft365(wish, config);
    },
  }).catch(async (error: unknown) => {
    await emulator?.close();
    throw error;
  });
  introduce(config, wish?.url);
  endOnSignal(async () => {
    await server.close();
    await emulator?.close();
  });
}

function introduce(config: Config, emulatorUrl: string | undefined): void {
  const microsoft = emulatorUrl
    ? `Microsoft 365 is played by the emulator at ${emulatorUrl} (same addresses, same password).`
    : 'Microsoft 365 is the real one: the credentials in the environment are used.';
  say(`
MEGDocs is ready: ${config.publicUrl.origin}

Sign in as                            who that is
${Object.values(people)
  .map((person) => `  ${person.email.padEnd(34)}  ${person.name}, ${person.jobTitle.toLowerCase()}`)
  .join('\n')}
  with the password                   ${people.author.password}

${microsoft}
Data lies in ${config.dataDir}. Ctrl-C ends everything.
`);
}

function endOnSignal(close: () => Promise<void>): void {
  let closing = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, async () => {
      if (closing) return;
      closing = true;
      await close();
      process.exit(0);
    });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
