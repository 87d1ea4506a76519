import { useCallback, useEffect, useState } from 'react';

/** Which page of the document stands at the top of the window, by the marks that lie where each page begins. */
export function usePages() {
  const [marks, setMarks] = useState<HTMLElement[]>([]);
  const [current, setCurrent] = useState(1);

  useEffect(() => {
    if (marks.length === 0) return;
    const watch = () => {
      const half = window.innerHeight / 2;
      const passed = marks.filter((mark) => mark.getBoundingClientRect().top < half).length;
      setCurrent(Math.max(1, passed));
    };
    // Capturing: whichever box scrolls.
    window.addEventListener('scroll', watch, { capture: true, passive: true });
    return () => window.removeEventListener('scroll', watch, { capture: true });
  }, [marks]);

  const go = useCallback((page: number) => marks[page - 1]?.scrollIntoView(), [marks]);
  return { current: Math.min(current, Math.max(1, marks.length)), count: marks.length, setMarks, go };
}
