import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const KEY = 'weir-theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** As chosen here; else as the system has it. */
function currentTheme(): Theme {
  const chosen = localStorage.getItem(KEY);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return dark.matches ? 'dark' : 'light';
}

/** Sets the page's colours, now and whenever the system's change. */
export function followTheme(): void {
  const apply = (): void => {
    document.documentElement.dataset['theme'] = currentTheme();
    dispatchEvent(new Event('weir-theme'));
  };
  apply();
  dark.addEventListener('change', apply);
}

export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(currentTheme);
  useEffect(() => {
    const follow = (): void => {
      setTheme(currentTheme());
    };
    addEventListener('weir-theme', follow);
    return () => {
      removeEventListener('weir-theme', follow);
    };
  }, []);
  const choose = (next: Theme): void => {
    localStorage.setItem(KEY, next);
    document.documentElement.dataset['theme'] = next;
    dispatchEvent(new Event('weir-theme'));
  };
  return [theme, choose];
}
