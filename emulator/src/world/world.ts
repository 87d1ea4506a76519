import { join } from 'node:path';
import type { Behaviour, Config } from '../config.ts';
import { BrowserSessions } from './browser-sessions.ts';
import { type Clock, EmulatorClock } from './clock.ts';
import { ContentStore } from './content-store.ts';
import { Directory } from './directory.ts';
import { Files } from './files.ts';
import { Grants } from './grants.ts';
import type { Random } from './ids.ts';
import { createSettling } from './settle.ts';
import { SigningKeys } from './signing-keys.ts';
import { type Journal, Table } from './table.ts';

/** Everything that the emulator remembers. */
export interface World {
  behaviour: Behaviour;
  clock: EmulatorClock;
  random: Random;
  directory: Directory;
  grants: Grants;
  sessions: BrowserSessions;
  files: Files;
  keys: SigningKeys;
  journal: Journal;
  /** Does what has fallen due; called before anything looks. */
  settle(): Promise<void>;
  /** Back to what the config says. */
  reset(): void;
}

export async function createWorld(parts: {
  config: Config;
  journal: Journal;
  directory: string;
  baseClock: Clock;
  random: Random;
}): Promise<World> {
  const { config, journal, random } = parts;
  const { behaviour } = config;
  const settings = new Table<{ offsetMs: number }>('clock', journal);
  const clock = new EmulatorClock(parts.baseClock, settings.get('offset')?.offsetMs ?? 0, (offsetMs) =>
    settings.put('offset', { offsetMs }),
  );
  const directory = new Directory(config, journal, clock);
  const grants = new Grants(journal, clock, random, behaviour);
  const sessions = new BrowserSessions(journal, directory, clock, random);
  const content = new ContentStore(join(parts.directory, 'content'), random);
  const files = new Files({ directory, journal, content, clock, random, behaviour });
  const keys = await SigningKeys.open(journal, clock, random);
  const reset = () => {
    for (const room of [directory, grants, sessions, files]) room.clear();
    clock.setOffset(0);
    // The contents go last: whoever is killed in between must not find items without theirs.
    journal.flush();
    content.clear();
  };
  return {
    behaviour,
    clock,
    random,
    directory,
    grants,
    sessions,
    files,
    keys,
    journal,
    settle: createSettling(files),
    reset,
  };
}
