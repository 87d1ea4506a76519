import { useEffect, useRef, useState } from 'react';
import { fromViewer, type ToViewer } from '../viewer/messages.ts';
import styles from './viewer-frame.module.css';

const LEAST_HEIGHT = 320;

interface Props {
  bytes: ArrayBuffer;
  title: string;
  reflow: boolean;
  dark: boolean;
  onShown: () => void;
  onFailed: (reason: string) => void;
  onPages?: (marks: HTMLElement[]) => void;
}

/**
 * The sandboxed viewer as tall as its document, so that the page scrolls and not a box within it.
 * It has no session and no network: the bytes go in by message, sizes and clicks come out, each checked.
 */
export function ViewerFrame({ bytes, title, reflow, dark, onShown, onFailed, onPages }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(LEAST_HEIGHT);
  const [tops, setTops] = useState<number[]>([]);
  const [ready, setReady] = useState(0);

  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow) return;
      const message = fromViewer(event.data);
      if (!message) return;
      if (message.kind === 'ready') setReady((times) => times + 1);
      else if (message.kind === 'size') {
        setHeight(Math.max(LEAST_HEIGHT, message.height));
        setTops((before) => (sameNumbers(before, message.pageTops) ? before : message.pageTops));
      } else if (message.kind === 'shown') onShown();
      else if (message.kind === 'failed') onFailed(message.reason);
      else if (message.kind === 'go-to') scrollToOffset(box.current, message.top);
      else if (message.kind === 'link') openOutside(message.href);
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, [onShown, onFailed]);

  useEffect(() => {
    if (ready > 0) tell(frame.current, deskOf(dark));
  }, [ready, dark]);
  useEffect(() => {
    // A copy: the page keeps its own bytes for the next width or a frame that was loaded again.
    if (ready > 0) tell(frame.current, { kind: 'show', bytes: bytes.slice(0), reflow, title });
  }, [ready, bytes, reflow, title]);
  useEffect(() => {
    if (onPages && tops.length > 0) onPages([...(box.current?.querySelectorAll('span') ?? [])]);
  }, [tops, onPages]);

  return (
    <div ref={box} className={styles.box}>
      <iframe
        ref={frame}
        title={title}
        src="/viewer.html"
        sandbox="allow-scripts"
        className={styles.frame}
        style={{ height }}
      />
      {tops.map((top) => (
        <span key={top} aria-hidden className={styles.mark} style={{ top }} />
      ))}
    </div>
  );
}

/** The page stays paper in dark: colours in a document carry meaning. */
function deskOf(dark: boolean): ToViewer {
  return dark
    ? { kind: 'theme', desk: '#1c2125', paper: '#f4f4f2' }
    : { kind: 'theme', desk: '#f2f4f5', paper: '#ffffff' };
}

function tell(frame: HTMLIFrameElement | null, message: ToViewer): void {
  // '*' because the frame's origin is opaque; only that frame can receive what is posted to its window.
  frame?.contentWindow?.postMessage(message, '*');
}

function scrollToOffset(box: HTMLElement | null, top: number): void {
  if (!box) return;
  const mark = document.createElement('span');
  mark.style.cssText = `position:absolute;top:${Math.max(0, top)}px;scroll-margin-top:56px`;
  box.append(mark);
  mark.scrollIntoView();
  mark.remove();
}

/** A link in a document leads to a new tab that knows nothing of ours; anything but web and mail addresses leads nowhere. */
function openOutside(href: string): void {
  const address = URL.canParse(href) ? new URL(href) : null;
  if (address && ['https:', 'http:', 'mailto:'].includes(address.protocol)) {
    window.open(address, '_blank', 'noopener,noreferrer');
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
