import { join } from 'node:path';
import type { Behaviour, Config } from '../config.ts';
import { BrowserSessions } from './browser-sessions.ts';
import { type Clock, EmulatorClock } from './clock.ts';
import { ContentStore } from './content-store.ts';
import { CopyJobs } from './copy-jobs.ts';
import { Directory } from './directory.ts';
import { Files } from './files.ts';
import { Grants } from './grants.ts';
import type { Random } from './ids.ts';
import { Permissions } from './permissions.ts';
import { createSettling } from './settle.ts';
import { SigningKeys } from './signing-keys.ts';
import { Sites } from './sites.ts';
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
  sites: Sites;
  permissions: Permissions;
  copies: CopyJobs;
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
  const sites = new Sites(config);
  const files = new Files({ directory, sites, journal, content, clock, random, behaviour });
  const copies = new CopyJobs({ journal, files, random });
  const permissions = new Permissions({ journal, files, sites, clock });
  const keys = await SigningKeys.open(journal, clock, random);
  const reset = () => {
    for (const room of [directory, grants, sessions, files, permissions, copies]) room.clear();
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
    sites,
    permissions,
    copies,
    keys,
    journal,
    settle: createSettling(files),
    reset,
  };
}
