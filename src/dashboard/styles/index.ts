import './tokens.css';
import './base.css';
import './shell.css';
import './matrix.css';
import './lists.css';
import './finding.css';
import './narrow.css';
import './print.css';
