import './styles/index.css';
import { render } from 'preact';
import { App } from './app.js';
import { followTheme } from './shell/theme.js';

followTheme();
const place = document.getElementById('console');
if (place !== null) render(<App />, place);
