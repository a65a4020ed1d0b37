/**
 * What people see first: the frame around every page, the home page of each role, signing up and in, accounts, organisations and data.
 *
 * <p>The pages of the other modules stand in those modules. A template in {@code templates/MODULE} is wrapped by
 * {@code th:replace="~{frame :: page(#{its title}, ~{::main})}"}; the head of {@code assets/aifactory.css} lists the components, and
 * {@code templates/parts.html} holds them as fragments. A form works without script: it posts to the address of its page, which answers
 * with the page again and {@link org.aifactory.web.Faults} where something is wrong, and with a redirect and
 * {@link org.aifactory.web.Said} where it is done.
 */
@NullMarked
@ApplicationModule(displayName = "Portal")
package org.aifactory.portal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
