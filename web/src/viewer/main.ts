import { type FromViewer, type ToViewer, toViewer } from './messages.ts';
import { fitDocument, pageTops, renderDocument } from './render.ts';
import style from './viewer.css?inline';

/**
 * The document viewer: runs in a sandboxed frame without session, storage, forms or network, and draws the bytes that
 * the page hands over. What a hostile document could reach here is this frame and nothing else.
 */
const paper = document.getElementById('paper') ?? document.body;
const documentStyles = document.createElement('div');
let reflow = false;

addStyle();
window.addEventListener('message', (event) => {
  if (event.source !== window.parent) return;
  const message = toViewer(event.data);
  if (message) receive(message);
});
document.addEventListener('click', followLink);
new ResizeObserver(tellSize).observe(paper);
let width = 0;
window.addEventListener('resize', () => {
  // The page sets the frame's height after each message: only another width asks for a new fit.
  if (window.innerWidth === width) return;
  width = window.innerWidth;
  fitDocument(paper, reflow);
  tellSize();
});
tell({ kind: 'ready' });

function receive(message: ToViewer): void {
  if (message.kind === 'theme') {
    document.documentElement.style.setProperty('--desk', message.desk);
    document.documentElement.style.setProperty('--paper', message.paper);
  } else void show(message.bytes, message.reflow, message.title);
}

async function show(bytes: ArrayBuffer, asReflow: boolean, title: string): Promise<void> {
  reflow = asReflow;
  width = window.innerWidth;
  document.title = title;
  try {
    await renderDocument(bytes, paper, documentStyles, reflow);
    fitDocument(paper, reflow);
    tellSize();
    tell({ kind: 'shown' });
  } catch (error) {
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
}

/** Bookmarks scroll the page around us; what leads outside is opened by the page, which judges the address. */
function followLink(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  const href = link?.getAttribute('href');
  if (!href) return;
  event.preventDefault();
  if (!href.startsWith('#')) {
    tell({ kind: 'link', href });
    return;
  }
  const target = document.getElementById(decodeURIComponent(href.slice(1)));
  if (target) tell({ kind: 'go-to', top: target.getBoundingClientRect().top - paper.getBoundingClientRect().top });
}

function tellSize(): void {
  tell({ kind: 'size', height: Math.ceil(paper.getBoundingClientRect().height), pageTops: pageTops(paper) });
}

function tell(message: FromViewer): void {
  // The frame has no origin of its own and can not name its parent's; sizes and links are no secrets.
  window.parent.postMessage(message, '*');
}

function addStyle(): void {
  const element = document.createElement('style');
  element.textContent = style;
  document.head.append(element);
  document.body.append(documentStyles);
}
