export { sql } from 'kysely';
export type { App } from './app.ts';
export { type Config, ConfigProblems, readConfig } from './config.ts';
export { type ListenOptions, listen, type RunningServer } from './listen.ts';
export type { Database, Db, Tx } from './platform/database.ts';
