// npm run doctor -- [--user EMAIL] [--json]
import { ensureInstalled, runToTheEnd } from './prepare.mjs';

ensureInstalled();
runToTheEnd('server/src/doctor-command.ts', process.argv.slice(2));
