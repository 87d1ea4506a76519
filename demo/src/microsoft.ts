import { join } from 'node:path';
import { emulatorConfig } from '@megdocs/fixtures';
import type { Config } from '@megdocs/server';
import { startEmulator } from 'microsoft365-emulator';
import type { EmulatorWish } from './environment.ts';

/** Starts the emulator with the cast's tenants; its drives survive a restart, as the sessions that lie in them do. */
export async function playMicrosoft365(wish: EmulatorWish, config: Config): Promise<{ close(): Promise<void> }> {
  try {
    return await startEmulator({
      port: wish.port,
      dataDir: join(config.dataDir, 'microsoft365'),
      config: emulatorConfig({
        redirectUri: config.microsoft?.redirectUri ?? config.publicUrl.href,
        clientSecret: wish.clientSecret,
      }),
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const port = 'port' in error ? error.port : wish.port;
    throw new Error(
      `Port ${port} is taken by another program, and the emulator needs ${wish.port} and ${wish.port + 1}. End it, or choose other ports with EMULATOR_PORT.`,
      { cause: error },
    );
  }
}
