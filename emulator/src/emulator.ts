import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { DEMO_CONFIG, type EmulatorConfig, parseConfig } from './config.ts';
import { registerContent, UploadSessions } from './content/index.ts';
import { type Control, createControl, registerControl } from './control/index.ts';
import { registerEditor } from './editor/index.ts';
import { Faults } from './faults/faults.ts';
import { RequestBudget } from './faults/request-budget.ts';
import { registerGraph } from './graph/index.ts';
import type { Ports } from './http/origins.ts';
import { RequestLog } from './http/request-log.ts';
import { createServer, type OriginOf } from './http/server.ts';
import { Traffic } from './http/traffic.ts';
import { Flows, registerSignIn } from './sign-in/index.ts';
import { Subscriptions } from './subscriptions/index.ts';
import type { Clock } from './world/clock.ts';
import { createEditorHost } from './world/editor-host-of-world.ts';
import { FileJournal, FORGETFUL_JOURNAL } from './world/table.ts';
import { createWorld, type World } from './world/world.ts';

export interface EmulatorOptions {
  /** 4365 when left out; 0 takes a free one. */
  port?: number;
  /** The port after `port` when left out; `'same'` serves both origins from one. */
  contentPort?: number | 'same';
  /** Where to listen; 127.0.0.1 when left out. */
  host?: string;
  /** One demo tenant when left out. */
  config?: EmulatorConfig;
  /** A folder that keeps the state over restarts; without it nothing stays. */
  dataDir?: string;
  /** Where the time comes from, before control calls move it. */
  clock?: Clock;
}

export interface Emulator {
  /** Sign-in and Graph. */
  url: string;
  /** Uploads, downloads and the editor. */
  contentUrl: string;
  control: Control;
  close(): Promise<void>;
}

const DEFAULT_PORT = 4365;

/** Starts an emulator; throws a `ConfigError` for a config that can't be used, and Node's error for a taken port. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const config = parseConfig(options.config ?? DEMO_CONFIG);
  const directory = options.dataDir ?? mkdtempSync(join(tmpdir(), 'microsoft365-emulator-'));
  mkdirSync(directory, { recursive: true });
  const journal = options.dataDir === undefined ? FORGETFUL_JOURNAL : new FileJournal(directory);
  const baseClock = options.clock ?? { now: () => new Date() };
  const world = await createWorld({ config, journal, directory, baseClock, random: randomBytes });
  const servers = await createServers(world, options);
  const close = async () => {
    await Promise.all([servers.subscriptions.close(), servers.main.close(), servers.content.close()]);
    journal.flush();
    if (options.dataDir === undefined) await rm(directory, { recursive: true, force: true });
  };
  try {
    const ports = await listen(servers, options);
    const origin = (port: number) => `http://${urlHost(options.host ?? '127.0.0.1')}:${port}`;
    return { url: origin(ports.main), contentUrl: origin(ports.content), control: servers.control, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Servers {
  main: FastifyInstance;
  /** The same server when both origins are one. */
  content: FastifyInstance;
  control: Control;
  subscriptions: Subscriptions;
  ports: Ports;
}

async function createServers(world: World, { contentPort, host }: EmulatorOptions): Promise<Servers> {
  const onePort = contentPort === 'same';
  const faults = new Faults(world.clock, world.random);
  const budget = new RequestBudget(world.clock, world.behaviour.throttling);
  const log = new RequestLog();
  const traffic = new Traffic();
  const flows = new Flows(world.clock, world.random);
  const uploads = new UploadSessions(world);
  const subscriptions = new Subscriptions(world);
  const control = createControl({ world, faults, budget, log, flows, uploads, subscriptions, traffic });
  const held: Ports = { main: 0, content: 0 };
  const ports = () => held;
  const server = (originOf: OriginOf) => createServer({ world, faults, budget, log, traffic, ports, originOf });
  const main = server(onePort ? originByPath : () => 'main');
  const content = onePort ? main : server(() => 'content');
  await registerSignIn(main, { world, flows, ports });
  await registerGraph(main, { world, uploads, subscriptions, ports });
  await registerControl(main, control, host);
  await registerContent(content, { world, sessions: uploads, ports });
  await content.register(async (scope) => registerEditor(scope, createEditorHost(world, ports)));
  return { main, content, control, subscriptions, ports: held };
}

/** With one port for both, the paths of the content origin are told by how they begin. */
function originByPath(path: string): 'main' | 'content' {
  return /^\/(personal\/|sites\/|:[wxp]:\/|%3a[wxp]%3a\/|_editor\/)/i.test(path) ? 'content' : 'main';
}

async function listen(servers: Servers, options: EmulatorOptions): Promise<Ports> {
  const host = options.host ?? '127.0.0.1';
  const { main, content, ports } = servers;
  ports.main = await listenOn(main, host, options.port ?? DEFAULT_PORT);
  if (content === main) ports.content = ports.main;
  else ports.content = await listenOn(content, host, contentPortOf(options, ports.main));
  return ports;
}

function contentPortOf(options: EmulatorOptions, mainPort: number): number {
  if (typeof options.contentPort === 'number') return options.contentPort;
  return options.port === 0 ? 0 : mainPort + 1;
}

async function listenOn(app: FastifyInstance, host: string, port: number): Promise<number> {
  await app.listen({ host, port });
  return (app.server.address() as AddressInfo).port;
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
