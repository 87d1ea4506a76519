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
    throw new Error(
      `Port ${wish.port} or ${wish.port + 1}, where the emulator is to listen, is taken by another program. End it, or choose another port with EMULATOR_PORT.`,
      { cause: error },
    );
  }
}
