import { ArrowUpload20Regular } from '@fluentui/react-icons';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './register.module.css';

interface Props {
  enabled: boolean;
  into: string | null;
  onFiles: (files: readonly File[]) => void;
  children: ReactNode;
}

/** Files may be dropped anywhere on the page; a file dropped where nothing is taken must not replace the page. */
export function DropZone({ enabled, into, onFiles, children }: Props) {
  const [over, setOver] = useState(false);
  const latest = useRef({ enabled, onFiles });
  latest.current = { enabled, onFiles };

  useEffect(() => {
    // Enter and leave also come for every element inside: only their difference says whether the pointer is over.
    let depth = 0;
    const set = (next: number) => {
      depth = Math.max(0, next);
      setOver(depth > 0);
    };
    const listen: Record<'dragenter' | 'dragleave' | 'dragover' | 'drop', (event: DragEvent) => void> = {
      dragenter: (event) => hasFiles(event) && set(depth + 1),
      dragleave: (event) => hasFiles(event) && set(depth - 1),
      dragover: (event) => hasFiles(event) && event.preventDefault(),
      drop: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        set(0);
        if (latest.current.enabled) latest.current.onFiles([...(event.dataTransfer?.files ?? [])]);
      },
    };
    const entries = Object.entries(listen) as [keyof typeof listen, (event: DragEvent) => void][];
    for (const [name, listener] of entries) window.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of entries) window.removeEventListener(name, listener);
    };
  }, []);
  return (
    <>
      {children}
      {over ? (
        <div className={styles.drop}>
          <span className={styles.dropWords}>
            <ArrowUpload20Regular aria-hidden />
            {enabled ? `Drop to upload${into ? ` into ${into}` : ''}` : 'You may not upload here'}
          </span>
        </div>
      ) : null}
    </>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
