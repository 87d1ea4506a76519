import process from 'node:process';
import { type OwnersDatabase, onOwnersDatabase } from './owners-database.ts';

const USAGE = `Usage: npm run institution -- create NAME --slug SLUG --admin EMAIL

  NAME   the institution as its people know it, such as "St Mary's Hospital"
  SLUG   a short name for addresses and reports: letters, figures, hyphens
  EMAIL  its first administrator, who gets a link to choose a password`;

interface Wish {
  action: 'create';
  name: string;
  slug: string;
  admin: string;
}

/** Makes an institution, and prints the one-time link for its first admin. */
async function main(): Promise<void> {
  const wish = readArguments(process.argv.slice(2));
  const { link } = await onOwnersDatabase((database) => carryOut(database, wish));
  process.stdout.write(
    `${wish.name} is made. The first administrator chooses a password here, within seven days:\n\n  ${link}\n`,
  );
}

async function carryOut(database: OwnersDatabase, wish: Wish): Promise<{ link: string }> {
  if (database.kind === 'owner') return (await database.ask('institution', { ...wish })) as { link: string };
  return database.app.accounts.institutionCommand({ ...wish });
}

function readArguments(args: string[]): Wish {
  const rest = [...args];
  const take = (flag: string) => {
    const at = rest.indexOf(flag);
    return at < 0 ? undefined : rest.splice(at, 2)[1];
  };
  const slug = take('--slug');
  const admin = take('--admin');
  const [action, name, ...more] = rest;
  if (action !== 'create' || !name || !slug || !admin || more.length > 0) throw new Error(USAGE);
  return { action, name, slug, admin };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
