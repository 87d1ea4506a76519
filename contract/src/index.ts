export * from './accounts.ts';
export * from './documents.ts';
export * from './editing.ts';
export * from './errors.ts';
export * from './routes.ts';
