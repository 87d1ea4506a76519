import { type ReactNode, useEffect } from 'react';
import { Logo } from '../ui/logo.tsx';
import styles from './alone.module.css';

/** The pages outside the frame: one column, 400 wide, mark, title, line, content; advice at the foot. */
export function Alone({ title, lead, foot, children }: AloneProps) {
  useEffect(() => {
    document.title = `${title} · MEGDocs`;
  }, [title]);
  return (
    <div className={styles.page}>
      <main className={styles.column}>
        <Logo size={32} />
        <h1>{title}</h1>
        <p className={styles.lead}>{lead}</p>
        {children}
      </main>
      {foot && <footer className={styles.foot}>{foot}</footer>}
    </div>
  );
}
interface AloneProps {
  title: string;
  lead: ReactNode;
  foot?: ReactNode;
  children: ReactNode;
}
