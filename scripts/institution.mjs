// npm run institution -- create NAME --slug SLUG --admin EMAIL
import { ensureInstalled, runToTheEnd } from './prepare.mjs';

ensureInstalled();
runToTheEnd('server/src/institution-command.ts', process.argv.slice(2));
