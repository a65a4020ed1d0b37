/** Chat templates: the language Jinja2 as Hugging Face's transformers runs it, with a record of who said what. */
@NullMarked
package org.aifactory.engine.jinja;

import org.jspecify.annotations.NullMarked;
