export * from './accounts.ts';
export * from './diagnosis.ts';
export * from './documents.ts';
export * from './editing.ts';
export * from './endings.ts';
export * from './errors.ts';
export * from './routes.ts';
