# Deployment image: an environment with one model and one code directory, laid out as Azure mounts them.
ARG ENVIRONMENT
FROM ${ENVIRONMENT}
USER root
COPY serve.py /opt/mlendpoints/
# The model first: it is large and changes seldom, so that a code change adds a layer of some kilobytes.
COPY model/ /var/azureml-app/azureml-models/
COPY code/ /var/azureml-app/
ARG MODEL_DIR
ARG CODE_DIR
ARG ENTRY_SCRIPT
ENV AZUREML_MODEL_DIR=${MODEL_DIR} AML_APP_ROOT=${CODE_DIR} AZUREML_ENTRY_SCRIPT=${ENTRY_SCRIPT}
# The server looks for the entry script in the working directory and takes it by flag only, not from its variable.
WORKDIR ${CODE_DIR}
USER 1001
EXPOSE 5001
ENTRYPOINT ["/bin/sh", "-c", "exec python /opt/mlendpoints/serve.py azmlinfsrv --entry_script \"$AZUREML_ENTRY_SCRIPT\""]
