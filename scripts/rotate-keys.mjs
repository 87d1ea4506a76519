// npm run keys:rotate
import { ensureInstalled, runToTheEnd } from './prepare.mjs';

ensureInstalled();
runToTheEnd('server/src/rotate-keys-command.ts', process.argv.slice(2));
